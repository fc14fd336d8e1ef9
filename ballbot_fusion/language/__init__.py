"""What people say: a text encoder that runs offline, and the instructions that policies know."""
