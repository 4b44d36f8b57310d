"""What is known of a project without running it: outlines, modules, kinds, questions asked."""
