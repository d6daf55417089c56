#define REAL float
#define REAL_NAME f32
