"""Study after Karpathy et al. (2015): networks of many sizes on one text."""
