"""ObsPy's f-k of an array on the settings of `bench array`: a line of JSON with its cost and its
strongest windows. usage: array_peer.py brp FOLDER | array_peer.py csv FILE RATE"""
import glob, json, os, sys, time, warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.filterwarnings("ignore")
import numpy as np
from obspy import Stream, Trace, UTCDateTime, read
from obspy.core.util import AttribDict
from obspy.signal.array_analysis import array_processing

if sys.argv[1] == "brp":
    stream = Stream()
    for path in sorted(glob.glob(sys.argv[2] + "/*.SAC")):
        stream += read(path)
    for trace in stream:
        place = trace.stats.sac
        trace.stats.coordinates = AttribDict(longitude=place.stlo, latitude=place.stla, elevation=0.0)
    coordinates, low, high = "lonlat", 0.5, 2.5
else:
    rows = [line.split(",") for line in open(sys.argv[2])]
    stream = Stream()
    for number, row in enumerate(rows):
        header = dict(station=f"I{number}", sampling_rate=float(sys.argv[3]), starttime=UTCDateTime(2026, 1, 1))
        trace = Trace(np.array(row[2:], dtype=float), header=header)
        trace.stats.coordinates = AttribDict(x=float(row[0]) / 1e3, y=float(row[1]) / 1e3, elevation=0.0)
        stream.append(trace)
    coordinates, low, high = "xy", 0.5, 4.0
start = max(trace.stats.starttime for trace in stream) + 0.5
end = min(trace.stats.endtime for trace in stream) - 0.5
settings = dict(win_len=20.0, win_frac=0.25, sll_x=-4.0, slm_x=4.0, sll_y=-4.0, slm_y=4.0, sl_s=0.2,
                semb_thres=-1e9, vel_thres=-1e9, frqlow=low, frqhigh=high, stime=start, etime=end,
                prewhiten=0, coordsys=coordinates, timestamp="julsec", method=0)
begun = time.process_time()
result = array_processing(stream, **settings)
cost = time.process_time() - begun
strongest = result[np.argsort(-result[:, 1])[:8]]
origin = stream[0].stats.starttime.timestamp
print(json.dumps(dict(
    windows=len(result), cpu_s=round(cost, 3),
    all=[[round(row[0] - origin, 2), round(row[1], 3), round(row[3] % 360, 1), round(row[4], 3)] for row in result],
    strongest=[[round(row[0] - origin, 1), round(row[1], 3), round(row[3] % 360, 1)] for row in strongest])))
