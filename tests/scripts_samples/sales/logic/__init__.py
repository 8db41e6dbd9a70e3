from .shares import share
