"""The tables of attributes of each kind of spec file."""
