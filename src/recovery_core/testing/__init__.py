"""The testers' kit: draw any value, walk any process, check any plug.

Needs the extra `testing`: ``pip install recovery-core[testing]``.
"""
