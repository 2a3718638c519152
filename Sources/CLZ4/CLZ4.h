// liblz4's block compressors; frames are this project's own (Bytes/LZ4Frame).
#pragma once
#include <lz4.h>
#include <lz4hc.h>
