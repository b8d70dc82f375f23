"""The test runner: stages with names and times, results parsed and summed. Python's standard library only."""
