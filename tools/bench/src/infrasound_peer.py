"""The published location of infrasound sources by BISL (Modrak et al. 2010; Marcillo et al. 2013; Blom et
al. 2018), written anew from its description for comparison: bearings as von Mises laws with kappa = 2 (N - 1) F
held to half widths of 4 to 12 degrees and widened by 4, the canonical mixture of reciprocal celerities, time
integrated, a polar grid of 316 x 316 about the bearings' crossings. usage: infrasound_peer.py DETECTIONS.json"""
import itertools, json, os, sys, time
from datetime import datetime

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

RADIUS, GRID, REACH = 6371.0, 316, 500.0
MEANS, SPREADS = 1 / np.array([0.327, 0.293, 0.26]), np.array([0.066, 0.08, 0.33])
SHARES = np.array([0.0539, 0.0899, 0.8562])


def to(lat, lon, lats, lons):
    a, b, c = np.radians(lat), np.radians(lats), np.radians(lons - lon)
    y, x = np.sin(c) * np.cos(b), np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(c)
    z = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(c)
    return RADIUS * np.arctan2(np.hypot(x, y), z), np.arctan2(y, x)


def away(lat, lon, ranges, azimuths):
    a, d = np.radians(lat), ranges / RADIUS
    b = np.arcsin(np.sin(a) * np.cos(d) + np.cos(a) * np.sin(d) * np.cos(azimuths))
    c = np.arctan2(np.sin(azimuths) * np.sin(d) * np.cos(a), np.cos(d) - np.sin(a) * np.sin(b))
    return np.degrees(b), lon + np.degrees(c)


def crossing(one, other):
    def normal(d):
        a, b, z = np.radians([d["Latitude"], d["Longitude"], d["Back Azimuth"]])
        here = np.array([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
        way = np.array([-np.sin(a) * np.cos(b) * np.cos(z) - np.sin(b) * np.sin(z),
                        -np.sin(a) * np.sin(b) * np.cos(z) + np.cos(b) * np.sin(z), np.cos(a) * np.cos(z)])
        return np.cross(here, way), way
    (n1, w1), (n2, _) = normal(one), normal(other)
    x = np.cross(n1, n2)
    return x / np.linalg.norm(x) * np.sign(x @ w1)


def concentration(d):
    low, high = (np.log(2) / (1 - np.cos(np.radians(w))) for w in (12.0, 4.0))
    k = np.clip(2 * (d["Array Dimension"] - 1) * d["F Statistic"], low, high)
    c = 1 - np.log(2) / k
    s, w = np.sqrt(1 - c * c), np.radians(4.0)
    return np.log(2) / (1 - c * np.cos(w) + s * np.sin(w))


def locate(detections):
    middle = np.mean([crossing(a, b) for a, b in itertools.combinations(detections, 2)], 0)
    lat = np.degrees(np.arcsin(middle[2] / np.linalg.norm(middle)))
    lon = np.degrees(np.arctan2(middle[1], middle[0]))
    ranges, azimuths = np.meshgrid(np.linspace(0, REACH, GRID), np.linspace(-np.pi, np.pi, GRID, endpoint=False))
    lats, lons = away(lat, lon, ranges.ravel(), azimuths.ravel())
    density, legs = np.ones(GRID * GRID), []
    for d in detections:
        distance, azimuth = to(d["Latitude"], d["Longitude"], lats, lons)
        k = concentration(d)
        density *= np.exp(k * np.cos(azimuth - np.radians(d["Back Azimuth"]))) / (2 * np.pi * np.i0(k))
        legs.append((distance, datetime.fromisoformat(d["Peak F-Stat Time (UTC)"]).timestamp()))
    base, timed = legs[0][1], np.zeros(GRID * GRID)
    for paths in itertools.product(range(3), repeat=len(legs)):
        weight, mean, variance = 1.0, None, None
        for path, (distance, at) in zip(paths, legs):
            m, v = at - base - MEANS[path] * distance, (SPREADS[path] * np.maximum(distance, 1.0)) ** 2
            if mean is None:
                weight, mean, variance = SHARES[path] * weight, m, v
            else:
                both = variance + v
                weight = weight * SHARES[path] * np.exp(-0.5 * (mean - m) ** 2 / both) / np.sqrt(2 * np.pi * both)
                mean, variance = (mean * v + m * variance) / both, mean * 0 + variance * v / both
        timed += weight
    density *= timed
    areas = ranges.ravel() * (REACH / (GRID - 1)) * (2 * np.pi / GRID)
    mass = density * areas
    mass /= mass.sum()
    order = np.argsort(-density)
    held = np.cumsum(mass[order])
    region = [float(areas[order][: np.searchsorted(held, level) + 1].sum()) for level in (0.5, 0.9, 0.99)]
    x, y = (ranges * np.sin(azimuths)).ravel(), (ranges * np.cos(azimuths)).ravel()
    mx, my = (mass * x).sum(), (mass * y).sum()
    cov = np.cov(np.vstack((x, y)), aweights=mass, ddof=0)
    mean = away(lat, lon, np.hypot(mx, my), np.arctan2(mx, my))
    return dict(region_km2=region, mean=[float(v) for v in mean], ellipse90_km2=float(np.pi * np.sqrt(np.linalg.det(cov)) * 4.605))


detections = json.load(open(sys.argv[1]))
begun = time.process_time()
for _ in range(5):
    result = locate(detections)
result["cpu_s"] = (time.process_time() - begun) / 5
print(json.dumps(result))
