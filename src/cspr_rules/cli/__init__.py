"""The command line's commands, one module each: ``configure(parser)`` says what it takes, ``run(options)`` does it and returns the exit code.

Only the module of the command that was asked for is imported, so that the first answer comes fast.
"""
