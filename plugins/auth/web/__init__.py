"""The pages around sign-in: plain HTML forms that work without JavaScript."""
