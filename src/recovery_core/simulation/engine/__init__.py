"""The months themselves: chance, cases, feelings, and the two engines that agree.

`monthly` is the loop for arrays, `reference` the same case by case; what both look up
is in `tables` and `chances`.
"""
