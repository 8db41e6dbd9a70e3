from . import share


def by_region(sales):
    totals = sales.groupby("region", as_index=False)["amount"].sum()
    totals["share"] = [share(amount, totals["amount"].sum()) for amount in totals["amount"]]
    return totals
