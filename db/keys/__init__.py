"""Normal forms under which two printings of the same thing are equal. Pure; property-tested.

``papers`` holds arXiv ids, DOIs, OpenReview ids and title keys; ``repositories`` holds repository addresses;
``names`` holds person names, ``name_match`` compares them, part by part.
"""
