"""The ground floor: frozen values that know no clock, no chance and no outside."""
