// Compaction
