TITLE = "Counting"


def step():
    return 2
