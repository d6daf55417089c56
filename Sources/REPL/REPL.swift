// The room is built from here.
