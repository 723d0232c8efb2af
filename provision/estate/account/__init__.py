"""The account that a platform is to be built in: whose it is, and whether it may be, can be and has room for it."""
