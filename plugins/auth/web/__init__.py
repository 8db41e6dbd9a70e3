"""The pages before and around sign-in: plain HTML, usable without JavaScript."""
