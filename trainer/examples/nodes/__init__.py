"""Example `nodes`: recurrent nodes that see one digit each and talk over a graph."""
