def share(part, whole):
    return part / whole if whole else 0
