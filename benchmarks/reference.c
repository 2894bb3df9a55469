/* The yardstick: the same searches as geoplan's kernels, written in C.

   Bucket queue (Dial 1969) with buckets as wide as about one street, label-correcting inside a
   bucket (Meyer and Sanders 2003), float64 seconds, the same arrays: start (n + 1), other (a),
   cost (a). The buckets are contiguous arrays used in a circle. An entry carries its label rounded
   to float32: an entry whose label has since improved is passed over; should rounding hide the
   improvement, the node is looked at once more and nothing changes.

   Built by reference.py: gcc -O3 -march=native -shared -fPIC -pthread. */

#define _GNU_SOURCE /* a thread to a processor */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define AHEAD 16 /* entries between asking for a node's row and using it */
#define BLOCK 64 /* sources that a thread takes at a time */
#define MOST_THREADS 64
#define LINE 128 /* bytes that processors pass to each other together */

typedef struct {
    int32_t node;
    float label;
} Entry;

typedef struct {
    Entry *entry;
    int64_t size, room;
} Bucket;

typedef struct {
    Bucket *bucket;
    int64_t mask;
    double per_second; /* buckets a second */
} Queue;

typedef struct {
    const int32_t *start, *other;
    const double *cost;
    int64_t nodes;
    double limit;
} Streets;

static double longest(const double *cost, int64_t arcs) {
    double most = 0.0;
    for (int64_t arc = 0; arc < arcs; arc++)
        if (cost[arc] > most && cost[arc] < INFINITY) most = cost[arc];
    return most;
}

static Queue open_queue(double most_cost, double width, int64_t room) {
    Queue queue = {.per_second = 1.0 / width};
    int64_t buckets = 2;
    while (buckets < (int64_t)(most_cost / width) + 2) buckets *= 2;
    queue.mask = buckets - 1;
    queue.bucket = malloc(buckets * sizeof(Bucket));
    for (int64_t b = 0; b < buckets; b++)
        queue.bucket[b] = (Bucket){malloc(room * sizeof(Entry)), 0, room};
    return queue;
}

static void close_queue(Queue queue) {
    for (int64_t b = 0; b <= queue.mask; b++) free(queue.bucket[b].entry);
    free(queue.bucket);
}

static inline void grow(Bucket *bucket) {
    bucket->room *= 2;
    bucket->entry = realloc(bucket->entry, bucket->room * sizeof(Entry));
}

/* Every bucket has room for one more entry, so an entry may be written before it is known to
   count: no branch that the processor would guess wrong half of the time. */
static inline void put(Queue *queue, int32_t node, double label, int counts) {
    Bucket *bucket = &queue->bucket[(int64_t)(label * queue->per_second) & queue->mask];
    bucket->entry[bucket->size] = (Entry){node, (float)label};
    bucket->size += counts;
    if (__builtin_expect(bucket->size == bucket->room, 0)) grow(bucket);
}

typedef struct {
    double seconds;
    int32_t node, origin;
} Label;

typedef struct {
    Label *label;
    int64_t size, room;
} Labels;

static void add(Labels *labels, Label label) {
    if (labels->size == labels->room) {
        labels->room = labels->room ? 2 * labels->room : 256;
        labels->label = realloc(labels->label, labels->room * sizeof(Label));
    }
    labels->label[labels->size++] = label;
}

static int by_seconds(const void *one, const void *two) {
    double a = ((const Label *)one)->seconds, b = ((const Label *)two)->seconds;
    return (a > b) - (a < b);
}

/* A thread owns a range of the nodes. What it finds out about nodes of others it hands over, and
   all flood again from what was handed to them until nothing is. */
typedef struct Part Part;
struct Part {
    _Alignas(LINE) Streets streets;
    Queue queue;
    Labels in, out;
    int32_t first, last; /* nodes owned */
    int32_t me, threads;
    double *seconds;
    int32_t *origin;
    Part *parts;
    pthread_barrier_t *meet;
};

/* Put the labels of ``in`` whose bucket has its turn into the queue; return how many improve. */
static int64_t feed(Part *part, Queue *queue, int64_t turn, int64_t *fed) {
    int64_t improved = 0;
    for (; *fed < part->in.size; ++*fed) {
        Label label = part->in.label[*fed];
        if ((int64_t)(label.seconds * queue->per_second) > turn) break;
        if (label.seconds >= part->seconds[label.node]) continue;
        part->seconds[label.node] = label.seconds;
        if (part->origin) part->origin[label.node] = label.origin;
        put(queue, label.node, label.seconds, 1);
        improved++;
    }
    return improved;
}

/* A wave stands in its bucket in the order in which it was met, so rows are asked for ahead. */
static inline __attribute__((always_inline)) void flood(Part *part, const int parted,
                                                        const int which) {
    const int32_t *restrict start = part->streets.start, *restrict other = part->streets.other;
    const double *restrict cost = part->streets.cost;
    double *restrict seconds = part->seconds;
    int32_t *restrict origin = part->origin;
    const double limit = part->streets.limit;
    const int32_t first = part->first;
    const uint32_t own = (uint32_t)(part->last - part->first);
    Queue queue = part->queue;
    int64_t waiting = 0, fed = 0;
    for (int64_t turn = 0; waiting > 0 || fed < part->in.size; turn++) {
        if (waiting == 0) turn = (int64_t)(part->in.label[fed].seconds * queue.per_second);
        waiting += feed(part, &queue, turn, &fed);
        Bucket *now = &queue.bucket[turn & queue.mask];
        for (int64_t i = 0; i < now->size; i++) {
            const Entry *mine = now->entry + i;
            if (i + AHEAD < now->size) {
                int32_t later = mine[AHEAD].node;
                __builtin_prefetch(&seconds[later]);
                if (which) __builtin_prefetch(&origin[later]);
                __builtin_prefetch(&start[later]);
                int32_t arc = start[mine[AHEAD / 2].node];
                __builtin_prefetch(&other[arc]);
                __builtin_prefetch(&cost[arc]);
            }
            int32_t node = mine->node;
            double here = seconds[node];
            if ((float)here != mine->label) continue;
            int32_t whose = which ? origin[node] : 0, last = start[node + 1];
            for (int32_t arc = start[node]; arc < last; arc++) {
                int32_t there = other[arc];
                double then = here + cost[arc];
                if (parted && (uint32_t)(there - first) >= own) {
                    if (then <= limit) add(&part->out, (Label){then, there, whose});
                } else if (then < seconds[there] && then <= limit) {
                    seconds[there] = then;
                    if (which) origin[there] = whose;
                    put(&queue, there, then, 1);
                    waiting++;
                }
            }
        }
        waiting -= now->size;
        now->size = 0;
    }
}

static void *nearest_part(void *argument) {
    Part *part = argument;
    for (int32_t node = part->first; node < part->last; node++) {
        part->seconds[node] = INFINITY;
        if (part->origin) part->origin[node] = -1;
    }
    if (part->threads == 1) {
        if (part->origin) flood(part, 0, 1);
        else flood(part, 0, 0);
        return NULL;
    }
    for (;;) {
        if (part->origin) flood(part, 1, 1);
        else flood(part, 1, 0);
        part->in.size = 0;
        pthread_barrier_wait(part->meet);
        for (int32_t from = 0; from < part->threads; from++) {
            const Labels *theirs = &part->parts[from].out;
            for (int64_t i = 0; i < theirs->size; i++) {
                Label label = theirs->label[i];
                if (label.node >= part->first && label.node < part->last &&
                    label.seconds < part->seconds[label.node])
                    add(&part->in, label);
            }
        }
        pthread_barrier_wait(part->meet);
        part->out.size = 0;
        int64_t handed = 0;
        for (int32_t from = 0; from < part->threads; from++) handed += part->parts[from].in.size;
        pthread_barrier_wait(part->meet);
        if (handed == 0) return NULL;
        qsort(part->in.label, part->in.size, sizeof(Label), by_seconds);
    }
}

typedef struct {
    void *(*job)(void *);
    void *argument;
    int32_t me;
    cpu_set_t allowed;
} Start;

/* A new thread may sit for tens of milliseconds on the processor of the one that made it: longer
   than the work takes. So each goes to a processor of its own. */
static void *begun(void *argument) {
    Start *start = argument;
    int32_t wanted = start->me % CPU_COUNT(&start->allowed);
    cpu_set_t own;
    CPU_ZERO(&own);
    for (int32_t cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &start->allowed) && wanted-- == 0) CPU_SET(cpu, &own);
    pthread_setaffinity_np(pthread_self(), sizeof(own), &own);
    return start->job(start->argument);
}

static void together(void *(*job)(void *), void *first, size_t size, int32_t threads) {
    pthread_t thread[MOST_THREADS];
    Start start[MOST_THREADS];
    cpu_set_t allowed;
    pthread_getaffinity_np(pthread_self(), sizeof(allowed), &allowed);
    if (threads == 1) {
        job(first);
        return;
    }
    for (int32_t me = 0; me < threads; me++) {
        start[me] = (Start){job, (char *)first + me * size, me, allowed};
        if (me > 0) pthread_create(&thread[me], NULL, begun, &start[me]);
    }
    begun(&start[0]);
    for (int32_t me = 1; me < threads; me++) pthread_join(thread[me], NULL);
    pthread_setaffinity_np(pthread_self(), sizeof(allowed), &allowed);
}

/* Seconds from each node to the nearest seed and, unless origin is NULL, which seed that is
   (-1: none within the limit). */
void nearest(const int32_t *start, const int32_t *other, const double *cost, int64_t nodes,
             const int32_t *seed, int64_t seeds, double limit, double width, int32_t threads,
             double *seconds, int32_t *origin) {
    Part part[MOST_THREADS] = {0};
    pthread_barrier_t meet;
    pthread_barrier_init(&meet, NULL, threads);
    double most_cost = longest(cost, start[nodes]);
    for (int32_t me = 0; me < threads; me++) {
        part[me] = (Part){.streets = {start, other, cost, nodes, limit},
                          .queue = open_queue(most_cost, width, 4096),
                          .first = nodes * me / threads, .last = nodes * (me + 1) / threads,
                          .me = me, .threads = threads, .seconds = seconds, .origin = origin,
                          .parts = part, .meet = &meet};
        for (int64_t s = 0; s < seeds; s++)
            if (seed[s] >= part[me].first && seed[s] < part[me].last)
                add(&part[me].in, (Label){0.0, seed[s], (int32_t)s});
    }
    together(nearest_part, part, sizeof(Part), threads);
    for (int32_t me = 0; me < threads; me++) {
        close_queue(part[me].queue);
        free(part[me].in.label);
        free(part[me].out.label);
    }
    pthread_barrier_destroy(&meet);
}

typedef struct { /* on cache lines of its own: each thread writes its size all the time */
    _Alignas(LINE) int32_t *node;
    double *seconds;
    int64_t size, room;
} Found;

typedef struct {
    Streets streets;
    const int32_t *seed; /* by facility */
    const int32_t *order; /* facilities, sorted by node: neighbours share what is in the cache */
    int64_t seeds;
    double width, most_cost;
    atomic_llong *next;
    int64_t *first, *count; /* by facility, in the finder's own arrays */
    int32_t *finder;        /* by facility */
    Found *found;           /* by thread */
    int64_t *row;           /* by facility, in the joined arrays */
    int32_t *source, *node;
    double *seconds;
    int32_t me, threads;
} Work;

static void more_room(Found *found) {
    found->room *= 2;
    found->node = realloc(found->node, found->room * sizeof(int32_t));
    found->seconds = realloc(found->seconds, found->room * sizeof(double));
}

/* Nodes within the limit of one seed; their labels go to INFINITY again on the way out. */
static void search_one(const Streets *streets, int32_t seed, double *label, Queue *queue,
                       Found *found) {
    const int32_t *start = streets->start, *other = streets->other;
    const double *cost = streets->cost, far = nextafter(streets->limit, INFINITY);
    int64_t first = found->size;
    int64_t waiting = 1;
    label[seed] = 0.0;
    found->node[found->size++] = seed;
    put(queue, seed, 0.0, 1);
    for (int64_t turn = 0; waiting > 0; turn++) {
        Bucket *now = &queue->bucket[turn & queue->mask];
        for (int64_t i = 0; i < now->size; i++) {
            Entry entry = now->entry[i];
            double here = label[entry.node];
            if ((float)here != entry.label) continue;
            int32_t last = start[entry.node + 1];
            if (__builtin_expect(found->size + last - start[entry.node] >= found->room, 0))
                more_room(found);
            for (int32_t arc = start[entry.node]; arc < last; arc++) {
                int32_t there = other[arc];
                double then = here + cost[arc], old = label[there];
                int better = then < old;
                found->node[found->size] = there;
                found->size += better & (old == far);
                label[there] = better ? then : old;
                put(queue, there, then, better);
                waiting += better;
            }
        }
        waiting -= now->size;
        now->size = 0;
    }
    for (int64_t i = first; i < found->size; i++) {
        found->seconds[i] = label[found->node[i]];
        label[found->node[i]] = far;
    }
}

static void *search_some(void *argument) {
    Work *work = argument;
    Found *found = &work->found[work->me];
    double *label = malloc(work->streets.nodes * sizeof(double));
    double far = nextafter(work->streets.limit, INFINITY);
    for (int64_t node = 0; node < work->streets.nodes; node++) label[node] = far;
    Queue queue = open_queue(work->most_cost, work->width, 256);
    for (;;) {
        int64_t from = atomic_fetch_add(work->next, BLOCK);
        if (from >= work->seeds) break;
        int64_t to = from + BLOCK < work->seeds ? from + BLOCK : work->seeds;
        for (int64_t at = from; at < to; at++) {
            int32_t facility = work->order[at];
            work->first[facility] = found->size;
            work->finder[facility] = work->me;
            search_one(&work->streets, work->seed[facility], label, &queue, found);
            work->count[facility] = found->size - work->first[facility];
        }
    }
    close_queue(queue);
    free(label);
    return NULL;
}

static void *join_some(void *argument) {
    Work *work = argument;
    int64_t from = work->seeds * work->me / work->threads;
    int64_t to = work->seeds * (work->me + 1) / work->threads;
    for (int64_t facility = from; facility < to; facility++) {
        Found *found = &work->found[work->finder[facility]];
        int64_t first = work->first[facility], count = work->count[facility];
        int64_t row = work->row[facility];
        memcpy(work->node + row, found->node + first, count * sizeof(int32_t));
        memcpy(work->seconds + row, found->seconds + first, count * sizeof(double));
        for (int64_t i = 0; i < count; i++) work->source[row + i] = (int32_t)facility;
    }
    return NULL;
}

/* All (facility, node, seconds) within the limit, by facility; returns their count. The three
   arrays are the caller's to give back through release(). */
int64_t bounded_sets(const int32_t *start, const int32_t *other, const double *cost, int64_t nodes,
                     const int32_t *seed, const int32_t *order, int64_t seeds, double limit,
                     double width, int32_t threads, int32_t **source, int32_t **node,
                     double **seconds) {
    Work work[MOST_THREADS];
    Found found[MOST_THREADS];
    atomic_llong next = 0;
    int64_t *first = malloc(seeds * sizeof(int64_t)), *count = malloc(seeds * sizeof(int64_t));
    int64_t *row = malloc((seeds + 1) * sizeof(int64_t));
    int32_t *finder = malloc(seeds * sizeof(int32_t));
    double most_cost = longest(cost, start[nodes]);
    if (most_cost > limit) most_cost = limit;
    for (int32_t me = 0; me < threads; me++) {
        found[me] = (Found){.room = 1 << 16};
        found[me].node = malloc(found[me].room * sizeof(int32_t));
        found[me].seconds = malloc(found[me].room * sizeof(double));
        work[me] = (Work){.streets = {start, other, cost, nodes, limit},
                          .seed = seed, .order = order, .seeds = seeds, .width = width,
                          .most_cost = most_cost, .next = &next, .first = first, .count = count,
                          .finder = finder, .found = found, .row = row, .me = me,
                          .threads = threads};
    }
    together(search_some, work, sizeof(Work), threads);
    row[0] = 0;
    for (int64_t facility = 0; facility < seeds; facility++)
        row[facility + 1] = row[facility] + count[facility];
    int64_t total = row[seeds];
    *source = malloc((total + 1) * sizeof(int32_t));
    *node = malloc((total + 1) * sizeof(int32_t));
    *seconds = malloc((total + 1) * sizeof(double));
    for (int32_t me = 0; me < threads; me++) {
        work[me].source = *source;
        work[me].node = *node;
        work[me].seconds = *seconds;
    }
    together(join_some, work, sizeof(Work), threads);
    for (int32_t me = 0; me < threads; me++) {
        free(found[me].node);
        free(found[me].seconds);
    }
    free(first);
    free(count);
    free(row);
    free(finder);
    return total;
}

void release(void *array) { free(array); }
