"""Unchanged Streamlit scripts as pages: found, isolated from each other, run under the host's rules.

    [[plugins.scripts.settings.pages]]
    file = "reports/sales.py"
    title = "Sales"

`settings` says what may be configured, `catalogue` turns it into scripts, `source`, `modules`, `folder` and
`stand_ins` make a script feel at home in a process that it shares, `pages` runs it.
"""
