"""The peer of `cargo x bench signal`: ObsPy on one thread, over the same files and samples.

Prints `name seconds` for each piece of work: the least processor time of several runs."""
import os
import sys
import time

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
import io

import numpy as np
import obspy
from obspy.signal.filter import bandpass
from obspy.signal.trigger import recursive_sta_lta

folder, runs = sys.argv[1], int(sys.argv[2])


def least(work):
    times = []
    for _ in range(runs):
        began = time.process_time()
        result = work()
        times.append(time.process_time() - began)
    return min(times), result


def decode(data):
    return obspy.read(io.BytesIO(data), format="MSEED")


print("version", obspy.__version__)
for name in ("steim2_512", "steim2_4096", "steim1_4096"):
    data = open(os.path.join(folder, name + ".mseed"), "rb").read()
    seconds, stream = least(lambda: decode(data))
    print("decode_" + name, seconds)
channels = [trace.data.astype(np.float64) for trace in stream]
rate = stream[0].stats.sampling_rate
print("stalta", least(lambda: [recursive_sta_lta(x, 100, 3000) for x in channels])[0])
print("bandpass", least(lambda: [bandpass(x, 1, 8, rate, corners=4) for x in channels])[0])
