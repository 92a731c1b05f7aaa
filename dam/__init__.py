import os

# numpy's matrix products are small here, and its threads spin while they wait: in a server beside
# its database that doubled the time of a search (docs/decisions/0008-vector-search.md). It reads
# this when it is first imported, so it stands where every process begins.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
