"""Notices by e-mail to those who have something to do; never what a flag says."""
