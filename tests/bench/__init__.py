"""The bench itself: each measure small, in seconds; what it says of loss is true."""
