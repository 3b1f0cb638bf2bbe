"""The sealed lane's keys: what is sealed is read by those who receive it, and by nobody else."""
