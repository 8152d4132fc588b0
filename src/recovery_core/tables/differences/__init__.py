"""Compare two tables: what is written otherwise, and what is decided otherwise.

`text_changes` compares the texts. The rest finds claims: `paired_columns` puts the
columns side by side, `levels` cuts each where a rule tells values apart,
`regions` walks the sets of rules that hold together, and `witness_search` looks, in
each region where the outcomes differ, for a claim at which the payment does. It is a
search of its own beside the proof in `tables.prove`, since it needs no extra, finds
every region and not one, and shows small claims; z3 is asked where it finds none.
"""
