"""Who it is said to: answers as words, on a terminal, as JSON and on Discord. Wires the rest together."""
