"""Security events in the database: written behind the backs of requests, read, judged, answered for."""
