import { errorRecord, LaneError } from '../shared/contracts/errors.ts';

/** Looks after a device while it is used. */
export interface DeviceWatch {
  /** Has the device prove itself again after each stage that failed of it. */
  watched<Task, Result>(fit: (task: Task) => Promise<Result>): (task: Task) => Promise<Result>;
  /** From now on nothing is looked at: the process is ending. */
  end(): void;
}

/**
 * Tells a lane that met a fault, such as a window too large for its memory, from one whose device is
 * gone: the latter cannot fit the proof either. The stage moves to the next lane meanwhile.
 *
 * @param device - its name
 * @param prove - fits the proof; throws if that fails
 * @param lost - told once, with what the device failed of
 */
export function watchDevice(
  device: string,
  prove: () => Promise<void>,
  lost: (error: LaneError) => void,
): DeviceWatch {
  let isOver = false;
  let proving: Promise<void> | undefined;

  async function look(): Promise<void> {
    try {
      await prove();
    } catch (error) {
      const { message, fields } = errorRecord(error);
      if (!isOver) lost(new LaneError(`device "${device}" was lost: ${message}`, fields));
      isOver = true;
    } finally {
      proving = undefined;
    }
  }

  return {
    watched: (fit) => async (task) => {
      try {
        return await fit(task);
      } catch (error) {
        if (!isOver && isLaneFault(error)) proving ??= look();
        throw error;
      }
    },
    end() {
      isOver = true;
    },
  };
}

/** Activities fail of what `activities/boundary.ts` makes of our errors: the class is its type. */
function isLaneFault(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'LaneError';
}
