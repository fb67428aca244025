//! Packages, money, depots, resupply, works, training, industry.
