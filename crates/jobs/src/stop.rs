//! 停止：一个开关，后台各处都看着它。

use tokio::sync::watch;

/// 停止的开关；克隆是同一个。
#[derive(Debug, Clone)]
pub struct Stop(watch::Sender<bool>);

/// 看着开关的一方。
#[derive(Debug, Clone)]
pub struct Stopping(watch::Receiver<bool>);

impl Stop {
    /// 还没有按下的开关。
    pub fn new() -> Self {
        Stop(watch::Sender::new(false))
    }

    /// 按下；以后一直是按下的。
    pub fn press(&self) {
        self.0.send_replace(true);
    }

    /// 看着它。
    pub fn watch(&self) -> Stopping {
        Stopping(self.0.subscribe())
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}

impl Stopping {
    /// 按下了没有。
    pub fn is_pressed(&self) -> bool {
        *self.0.borrow()
    }

    /// 等到按下。
    pub async fn pressed(&mut self) {
        // The switch dropped means that whoever could press it is gone: then it is over, too.
        let _ = self.0.wait_for(|is_pressed| *is_pressed).await;
    }
}
