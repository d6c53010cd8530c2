console.log('spam')
