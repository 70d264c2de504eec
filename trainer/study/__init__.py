"""The study of Karpathy, Johnson and Fei-Fei: networks of many sizes on one text, side by side."""
