console.log('weather')
