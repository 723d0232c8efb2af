"""The target ``local``: a real control plane as host processes, with nodes that KWOK simulates."""
