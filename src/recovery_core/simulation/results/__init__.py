"""What runs come to: whole numbers by group, and estimates with their error bars."""
