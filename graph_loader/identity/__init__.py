"""Who is who: from records to people, behind one seam (`assign`)."""
