"""Tests of the projects in examples/, each as somebody who copies it."""
