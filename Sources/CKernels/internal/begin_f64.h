#define REAL double
#define REAL_NAME f64
#define REAL_IS_DOUBLE 1
