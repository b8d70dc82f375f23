"""What compare_fairlearn.py is made of."""
