"""Files that agents add: pictures and papers, made anew from what one sees."""
