"""Changes to the library: one function a change. Views, API, admin and commands all call these.

Each takes keyword arguments only, checks the permission, writes atomically, and names the person
and the reason in the audit trail. A machine's change passes `user=None`.
"""
