"""A table as text: for people, for storage, against another, and as a picture."""
