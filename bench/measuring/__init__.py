"""What every measurement needs: clocks, processes, a budget of time, a page for the figures."""
