"""Runs a Python function: the Lambda Runtime API (2018-06-01), the handler and its context.

A cold start pays for every module imported here, so the common path imports only built-in and
frozen ones; `json`, `logging` and `traceback` come in when the function or an error needs them.
"""
