"""`python -m animot` is the command `animot`."""

from animot.cli import main

main()
